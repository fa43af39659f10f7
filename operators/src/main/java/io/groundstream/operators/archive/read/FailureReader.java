package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import org.jspecify.annotations.Nullable;

/** Emits a single event, which reports that a file cannot be read. */
final class FailureReader implements UnitReader {
  private final UnitPart part;
  private final ReadContext context;
  private final OperatorErrorCode code;
  private final String message;
  private boolean done;

  FailureReader(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      OperatorErrorCode code,
      String message) {
    this.part = part;
    this.context = context;
    this.code = code;
    this.message = message;
    this.done = position.isEnd();
  }

  @Override
  public @Nullable ArchivedEvent next() {
    if (done) {
      return null;
    }
    done = true;
    context.counts().entriesRead().inc();
    return new ArchivedEvent(
        new EventMaker(part.unit()).failure(code, null, "", "", message), PartPosition.endOf(part));
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
