package io.groundstream.operators.output;

import io.groundstream.operators.event.EventNotes;
import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The cost of one event. The last record of each event carries it, so that an operator after the
 * grounding operator can count events and their costs.
 *
 * <p>A Flink POJO, with its type information declared. Not thread-safe; not modified after its
 * creation.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(EventCost.Info.class)
public final class EventCost {
  private int modelCalls;
  private long deviceNanos;
  private long sourceBytes;
  private @Nullable EventNotes notes;

  /** Creates an empty cost, for Flink. */
  public EventCost() {}

  public EventCost(int modelCalls, long deviceNanos, long sourceBytes, @Nullable EventNotes notes) {
    this.modelCalls = modelCalls;
    this.deviceNanos = deviceNanos;
    this.sourceBytes = sourceBytes;
    this.notes = notes;
  }

  /** Returns the number of requests to the model. */
  public int getModelCalls() {
    return modelCalls;
  }

  public void setModelCalls(int modelCalls) {
    this.modelCalls = modelCalls;
  }

  /**
   * Returns this event's share of its device's busy time, in nanoseconds; the shares of all events
   * add up to that time.
   */
  public long getDeviceNanos() {
    return deviceNanos;
  }

  public void setDeviceNanos(long deviceNanos) {
    this.deviceNanos = deviceNanos;
  }

  /** Returns the size of the event in its archive, in bytes; 0 if it is not from an archive. */
  public long getSourceBytes() {
    return sourceBytes;
  }

  public void setSourceBytes(long sourceBytes) {
    this.sourceBytes = sourceBytes;
  }

  /** Returns the source's notes about the event, or null if there are none. */
  public @Nullable EventNotes getNotes() {
    return notes;
  }

  public void setNotes(@Nullable EventNotes notes) {
    this.notes = notes;
  }

  /** Declares the type information, so that Flink uses no generic serialiser for any field. */
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
