package io.groundstream.operators.index;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * One record of the images' or of the phrases' topic, reduced to what the index needs: an image
 * with its requests, a phrase, or the deletion of an image.
 *
 * <p>A Flink POJO: a later version may add fields. Not thread-safe.
 */
@TypeInfo(Finding.Info.class)
public final class Finding {
  public String imageId = "";
  public String eventId = "";

  /** When the event was processed, in milliseconds since 1970; the same in all its records. */
  public long processingTime;

  /** Null in the record of a phrase. */
  public @Nullable ImageFacts image;

  /** Empty in the record of a phrase. */
  public RequestFacts[] requests = new RequestFacts[0];

  /** Null in the record of an image. */
  public @Nullable PhraseFacts phrase;

  /** Whether results of the image up to the time of processing are void. */
  public boolean deleted;

  /** Returns the image's identifier. */
  public String getImageId() {
    return imageId;
  }

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<Finding> {
    @Override
    public TypeInformation<Finding> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("imageId", Types.STRING);
      fields.put("eventId", Types.STRING);
      fields.put("processingTime", Types.LONG);
      fields.put("image", TypeInformation.of(ImageFacts.class));
      fields.put(
          "requests", ObjectArrayTypeInfo.getInfoFor(TypeInformation.of(RequestFacts.class)));
      fields.put("phrase", TypeInformation.of(PhraseFacts.class));
      fields.put("deleted", Types.BOOLEAN);
      return Types.POJO(Finding.class, fields);
    }
  }
}
