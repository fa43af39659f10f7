package io.groundstream.operators.index;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The result of one request of an event, without its phrases.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(RequestFacts.Info.class)
public final class RequestFacts {
  public String requestId = "";
  public String task = "";
  public @Nullable String caption;
  public @Nullable String answer;
  public @Nullable String finishReason;

  /** Null when the request was answered. */
  public @Nullable String errorCode;

  /** How many phrases it has; they are separate records. */
  public int phraseCount;

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<RequestFacts> {
    @Override
    public TypeInformation<RequestFacts> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("requestId", Types.STRING);
      fields.put("task", Types.STRING);
      fields.put("caption", Types.STRING);
      fields.put("answer", Types.STRING);
      fields.put("finishReason", Types.STRING);
      fields.put("errorCode", Types.STRING);
      fields.put("phraseCount", Types.INT);
      return Types.POJO(RequestFacts.class, fields);
    }
  }
}
