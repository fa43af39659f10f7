package io.groundstream.operators.index;

import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.util.Collector;

/** Unwraps committed refusals from Flink's messages. */
final class CommittedRefusals implements FlatMapFunction<CommittableMessage<Refusal>, Refusal> {
  private static final long serialVersionUID = 1L;

  @Override
  public void flatMap(CommittableMessage<Refusal> message, Collector<Refusal> out) {
    if (message instanceof CommittableWithLineage<Refusal> committed) {
      out.collect(committed.getCommittable());
    }
  }
}
