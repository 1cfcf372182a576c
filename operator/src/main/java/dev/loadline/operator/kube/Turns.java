package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/**
 * Wakes runs whose turn it is. A run that is deleted gets no pass any more and may never have had a
 * Job whose end would tell, so its deletion is heard of here.
 */
final class Turns extends SimpleInboundEventSource<LoadTestRun>
    implements ResourceEventAware<LoadTestRun> {
  private final TargetClaims targets;

  Turns(TargetClaims targets) {
    this.targets = targets;
  }

  @Override
  public void onResourceUpdated(LoadTestRun run, LoadTestRun before) {
    if (run.isMarkedForDeletion() && !before.isMarkedForDeletion()) {
      targets.left(run);
    }
  }

  @Override
  public void onResourceDeleted(LoadTestRun run) {
    targets.left(run);
  }
}
