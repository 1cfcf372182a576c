package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Consumer;

/**
 * Wakes runs whose turn it is. A run that is deleted gets no pass any more and may never have had a
 * Job whose end would tell, so its deletion is heard of here.
 */
final class Turns extends SimpleInboundEventSource<LoadTestRun>
    implements ResourceEventAware<LoadTestRun> {
  private final TargetClaims targets;
  private final Consumer<LoadTestRun> gone;

  /**
   * On these targets.
   *
   * @param gone told of each run that is no more
   */
  Turns(TargetClaims targets, Consumer<LoadTestRun> gone) {
    this.targets = targets;
    this.gone = gone;
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
    gone.accept(run);
  }
}
