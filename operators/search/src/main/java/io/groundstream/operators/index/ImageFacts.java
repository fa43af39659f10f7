package io.groundstream.operators.index;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What an event reports about its image as a whole.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(ImageFacts.Info.class)
public final class ImageFacts {
  /** In pixels; 0 without an image. */
  public int width;

  /** In pixels; 0 without an image. */
  public int height;

  public @Nullable String contentSha256;
  public String modelName = "";
  public String modelRevision = "";
  public String modelDtype = "";

  /** In milliseconds since 1970. */
  public @Nullable Long eventTime;

  public String originSystem = "";
  public String originName = "";
  public String originPosition = "";
  public String[] attributeNames = new String[0];

  /** In the order of their names. */
  public String[] attributeValues = new String[0];

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<ImageFacts> {
    @Override
    public TypeInformation<ImageFacts> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("width", Types.INT);
      fields.put("height", Types.INT);
      fields.put("contentSha256", Types.STRING);
      fields.put("modelName", Types.STRING);
      fields.put("modelRevision", Types.STRING);
      fields.put("modelDtype", Types.STRING);
      fields.put("eventTime", Types.LONG);
      fields.put("originSystem", Types.STRING);
      fields.put("originName", Types.STRING);
      fields.put("originPosition", Types.STRING);
      fields.put("attributeNames", BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO);
      fields.put("attributeValues", BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO);
      return Types.POJO(ImageFacts.class, fields);
    }
  }
}
