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

/**
 * One phrase of a request's answer.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(PhraseFacts.Info.class)
public final class PhraseFacts {
  public String requestId = "";

  /** The phrase's place among those of its request, from 0. */
  public int ordinal;

  public String phrase = "";
  public BoxFacts[] boxes = new BoxFacts[0];

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<PhraseFacts> {
    @Override
    public TypeInformation<PhraseFacts> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("requestId", Types.STRING);
      fields.put("ordinal", Types.INT);
      fields.put("phrase", Types.STRING);
      fields.put("boxes", ObjectArrayTypeInfo.getInfoFor(TypeInformation.of(BoxFacts.class)));
      return Types.POJO(PhraseFacts.class, fields);
    }
  }
}
