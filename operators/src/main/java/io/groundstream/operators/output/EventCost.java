package io.groundstream.operators.output;

import io.groundstream.operators.event.EventNotes;
import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * What one event took. The last record of each event has it, so that an operator behind the
 * grounding one can count events and their costs.
 *
 * <p>A Flink POJO, with its type information declared. Not thread-safe; nobody changes it after it
 * was made.
 */
@TypeInfo(EventCost.Info.class)
public final class EventCost {
  private int modelCalls;
  private long deviceNanos;
  private long sourceBytes;
  private @Nullable EventNotes notes;

  /** Makes one of nothing, for Flink. */
  public EventCost() {}

  public EventCost(int modelCalls, long deviceNanos, long sourceBytes, @Nullable EventNotes notes) {
    this.modelCalls = modelCalls;
    this.deviceNanos = deviceNanos;
    this.sourceBytes = sourceBytes;
    this.notes = notes;
  }

  /** Returns how many requests the model was given. */
  public int getModelCalls() {
    return modelCalls;
  }

  public void setModelCalls(int modelCalls) {
    this.modelCalls = modelCalls;
  }

  /**
   * Returns this event's share of the time in which its device had anything to do, in nanoseconds:
   * the shares of all events add up to that time.
   */
  public long getDeviceNanos() {
    return deviceNanos;
  }

  public void setDeviceNanos(long deviceNanos) {
    this.deviceNanos = deviceNanos;
  }

  /** Returns how many bytes of an archive the event took up; 0 where it is from none. */
  public long getSourceBytes() {
    return sourceBytes;
  }

  public void setSourceBytes(long sourceBytes) {
    this.sourceBytes = sourceBytes;
  }

  /** Returns what the event's source met on the way to it; null if nothing worth a note. */
  public @Nullable EventNotes getNotes() {
    return notes;
  }

  public void setNotes(@Nullable EventNotes notes) {
    this.notes = notes;
  }

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<EventCost> {
    @Override
    public TypeInformation<EventCost> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      return Types.POJO(
          EventCost.class,
          Map.of(
              "modelCalls",
              Types.INT,
              "deviceNanos",
              Types.LONG,
              "sourceBytes",
              Types.LONG,
              "notes",
              TypeInformation.of(EventNotes.class)));
    }
  }
}
