package io.groundstream.operators.index;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apiguardian.api.API;

/**
 * A document or result that is not indexed, and why; it becomes a dead letter.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe; not
 * changed after it was created.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(Refusal.Info.class)
public final class Refusal implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The stable code. */
  public String code = "";

  /** Why, for people. */
  public String message = "";

  public String imageId = "";
  public String eventId = "";

  /** Empty for a document, which holds several requests. */
  public String requestId = "";

  public String originSystem = "";
  public String originName = "";
  public String originPosition = "";
  public String modelName = "";
  public String modelRevision = "";
  public String modelDtype = "";

  /** When it was refused, in milliseconds since 1970. */
  public long time;

  /** Returns the refusal of a document. */
  static Refusal of(IndexDocument document, String code, String message, long time) {
    Refusal refusal = new Refusal();
    refusal.code = code;
    refusal.message = message;
    refusal.imageId = document.imageId;
    refusal.eventId = document.eventId;
    refusal.originSystem = document.originSystem;
    refusal.originName = document.originName;
    refusal.originPosition = document.originPosition;
    refusal.modelName = document.modelName;
    refusal.modelRevision = document.modelRevision;
    refusal.modelDtype = document.modelDtype;
    refusal.time = time;
    return refusal;
  }

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<Refusal> {
    @Override
    public TypeInformation<Refusal> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      for (String text :
          new String[] {
            "code",
            "message",
            "imageId",
            "eventId",
            "requestId",
            "originSystem",
            "originName",
            "originPosition",
            "modelName",
            "modelRevision",
            "modelDtype"
          }) {
        fields.put(text, Types.STRING);
      }
      fields.put("time", Types.LONG);
      return Types.POJO(Refusal.class, fields);
    }
  }
}
