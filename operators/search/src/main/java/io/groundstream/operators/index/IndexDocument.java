package io.groundstream.operators.index;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A document for the index, with what its dead letter needs if the index rejects it.
 *
 * <p>A Flink POJO: a later version may add fields. Not thread-safe; not changed after it was
 * created.
 */
@TypeInfo(IndexDocument.Info.class)
public final class IndexDocument implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The document's identifier in the index. */
  public String id = "";

  /** Its external version. */
  public long version;

  public String imageId = "";

  /** The newest event that the document shows. */
  public String eventId = "";

  /** Whether to delete the document instead of writing it. */
  public boolean deleted;

  /** The document, as JSON on one line in UTF-8. */
  public byte[] source = new byte[0];

  public String originSystem = "";
  public String originName = "";
  public String originPosition = "";
  public String modelName = "";
  public String modelRevision = "";
  public String modelDtype = "";

  /** Declares the type, so that no part of it is left to a generic serializer. */
  public static final class Info extends TypeInfoFactory<IndexDocument> {
    @Override
    public TypeInformation<IndexDocument> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      Map<String, TypeInformation<?>> fields = new LinkedHashMap<>();
      fields.put("id", Types.STRING);
      fields.put("version", Types.LONG);
      fields.put("imageId", Types.STRING);
      fields.put("eventId", Types.STRING);
      fields.put("source", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
      fields.put("originSystem", Types.STRING);
      fields.put("originName", Types.STRING);
      fields.put("originPosition", Types.STRING);
      fields.put("modelName", Types.STRING);
      fields.put("modelRevision", Types.STRING);
      fields.put("modelDtype", Types.STRING);
      fields.put("deleted", Types.BOOLEAN);
      return Types.POJO(IndexDocument.class, fields);
    }
  }
}
