package dev.loadline.operator.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.SharedStrings;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * How objects of the API server are read by the client whose objects are kept in caches: without
 * what nothing here looks at and what is most of them. That is who manages which field, the pod of
 * a Job, the environment of a pod's containers, and of a run that has finished all that {@link
 * FinishedRun} leaves out. A text that many objects have in common is one object.
 */
public final class LeanObjects {
  private LeanObjects() {}

  /** For the client whose objects are kept in caches. */
  public static KubernetesSerialization serialization() {
    return new KubernetesSerialization(
        JsonMapper.builder()
            .withConfigOverride(
                ObjectMeta.class,
                metadata ->
                    metadata.setIgnorals(
                        JsonIgnoreProperties.Value.forIgnoredProperties("managedFields")))
            .addModule(
                new SimpleModule("lean")
                    .addDeserializer(String.class, new SharedStrings())
                    .setDeserializerModifier(new Modifier()))
            .build(),
        true);
  }

  private static final class Modifier extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription type, JsonDeserializer<?> usual) {
      if (type.getBeanClass() == LoadTestRun.class) {
        return new Lean<>(usual, LoadTestRun.class, FinishedRun::slim);
      }
      if (type.getBeanClass() == Job.class) {
        return new Lean<>(usual, Job.class, LeanObjects::slim);
      }
      return type.getBeanClass() == Pod.class
          ? new Lean<>(usual, Pod.class, LeanObjects::slim)
          : usual;
    }
  }

  private static void slim(Job job) {
    if (job.getSpec() != null) {
      job.getSpec().setTemplate(null);
    }
  }

  private static void slim(Pod pod) {
    // The pod of a bookmark, which only tells how far a watch has come, has null for containers.
    if (pod.getSpec() != null && pod.getSpec().getContainers() != null) {
      pod.getSpec().getContainers().forEach(container -> container.setEnv(List.of()));
    }
  }

  /** Reads as usual and leaves something out. */
  private static final class Lean<T> extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final transient Consumer<T> leaveOut;

    Lean(JsonDeserializer<?> usual, Class<T> type, Consumer<T> leaveOut) {
      super(usual);
      this.type = type;
      this.leaveOut = leaveOut;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> usual) {
      return new Lean<>(usual, type, leaveOut);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      T whole = type.cast(super.deserialize(parser, context));
      leaveOut.accept(whole);
      return whole;
    }
  }
}
