package io.groundstream.operators.index;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One result of one request: what has arrived of it so far.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(ResultState.Info.class)
public final class ResultState {
  public String requestId = "";
  public String eventId = "";
  public long processingTime;

  /** When the first part of it arrived, in milliseconds since 1970. */
  public long since;

  /** Whether documents show it. At most one result of a request is shown. */
  public boolean shown;

  /** Null, like the request, until the image's record has arrived. */
  public @Nullable ImageFacts image;

  public @Nullable RequestFacts request;

  /** In the order of their ordinals, without repetition. */
  public PhraseFacts[] phrases = new PhraseFacts[0];

  /** Returns whether all of it has arrived. */
  boolean isComplete() {
    return request != null && phrases.length >= request.phraseCount;
  }

  /** Compares by age: the newer result is the greater one. */
  int compareAge(long otherProcessingTime, String otherEventId) {
    int byTime = Long.compare(processingTime, otherProcessingTime);
    return byTime != 0 ? byTime : eventId.compareTo(otherEventId);
  }

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<ResultState> {
    @Override
    public TypeInformation<ResultState> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("requestId", Types.STRING);
      fields.put("eventId", Types.STRING);
      fields.put("processingTime", Types.LONG);
      fields.put("since", Types.LONG);
      fields.put("shown", Types.BOOLEAN);
      fields.put("image", TypeInformation.of(ImageFacts.class));
      fields.put("request", TypeInformation.of(RequestFacts.class));
      fields.put("phrases", ObjectArrayTypeInfo.getInfoFor(TypeInformation.of(PhraseFacts.class)));
      return Types.POJO(ResultState.class, fields);
    }
  }
}
