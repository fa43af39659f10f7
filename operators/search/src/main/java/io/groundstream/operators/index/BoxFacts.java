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
 * One box of a phrase, in fractions of the image's width and height.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(BoxFacts.Info.class)
public final class BoxFacts {
  public double xMin;
  public double yMin;
  public double xMax;
  public double yMax;

  /** Null for a box that the model did not generate. */
  public @Nullable Double confidence;

  /** {@code generated} or {@code given}. */
  public String source = "";

  /** Returns the box alone. */
  Box box() {
    return new Box(xMin, yMin, xMax, yMax);
  }

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<BoxFacts> {
    @Override
    public TypeInformation<BoxFacts> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("xMin", Types.DOUBLE);
      fields.put("yMin", Types.DOUBLE);
      fields.put("xMax", Types.DOUBLE);
      fields.put("yMax", Types.DOUBLE);
      fields.put("confidence", Types.DOUBLE);
      fields.put("source", Types.STRING);
      return Types.POJO(BoxFacts.class, fields);
    }
  }
}
