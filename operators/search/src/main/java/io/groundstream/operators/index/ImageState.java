package io.groundstream.operators.index;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The state of one image: for each of its requests the result that is shown, and newer ones that
 * are not complete yet. Only {@link ImageJoin} changes it.
 *
 * <p>A Flink POJO that is part of savepoints: a later version may add fields. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(ImageState.Info.class)
public final class ImageState {
  public ResultState[] results = new ResultState[0];

  /** Results up to this time of processing are void; null if the image was not deleted. */
  public @Nullable Long deletedAt;

  /** When the deletion arrived, in milliseconds since 1970. */
  public long deletedSince;

  /** The requests of void results; the document's version counts them. */
  public String[] deletedRequests = new String[0];

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<ImageState> {
    @Override
    public TypeInformation<ImageState> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("results", ObjectArrayTypeInfo.getInfoFor(TypeInformation.of(ResultState.class)));
      fields.put("deletedAt", Types.LONG);
      fields.put("deletedSince", Types.LONG);
      fields.put("deletedRequests", BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO);
      return Types.POJO(ImageState.class, fields);
    }
  }
}
