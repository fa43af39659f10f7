package io.groundstream.sql.functions;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import io.groundstream.operators.index.Box;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.jspecify.annotations.Nullable;

/**
 * {@code crop(image, box)}: the part of the upright image in a box, as a PNG; null if one of them
 * is null, if the bytes are not an image within the default limits, or if no pixel lies in the box.
 */
public final class CropFunction extends ScalarFunction implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  private final @Nullable BoxReader boxes;
  private transient @Nullable ImageDecoder decoder;

  /** Creates the function, for Flink. */
  public CropFunction() {
    this(null);
  }

  private CropFunction(@Nullable BoxReader boxes) {
    this.boxes = boxes;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return BoxArguments.ofImageAndBox(DataTypes.BYTES());
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    List<DataType> types = context.getCallContext().getArgumentDataTypes();
    return new CropFunction(BoxReader.of(types.get(1).getLogicalType()));
  }

  @Override
  public void open(FunctionContext context) throws Exception {
    super.open(context);
    decoder = new ImageDecoder(ImageOptions.defaults());
  }

  public byte @Nullable [] eval(byte @Nullable [] image, @Nullable RowData row) {
    Box box = boxes == null ? null : boxes.read(row);
    if (image == null || box == null || decoder == null) {
      return null;
    }
    try {
      return crop(decoder.decode(image), box);
    } catch (ImageException e) {
      return null;
    }
  }

  private static byte @Nullable [] crop(DecodedImage image, Box box) {
    int left = (int) Math.max(0, Math.floor(box.xMin() * image.width()));
    int upper = (int) Math.max(0, Math.floor(box.yMin() * image.height()));
    int right = (int) Math.min(image.width(), Math.ceil(box.xMax() * image.width()));
    int lower = (int) Math.min(image.height(), Math.ceil(box.yMax() * image.height()));
    // Written so that NaN, of which an int is 0, and inverted boxes have no pixel.
    if (right <= left || lower <= upper) {
      return null;
    }
    BufferedImage part = new BufferedImage(right - left, lower - upper, BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.rgb();
    for (int y = upper; y < lower; y++) {
      for (int x = left; x < right; x++) {
        int at = 3 * (y * image.width() + x);
        part.setRGB(
            x - left,
            y - upper,
            (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      boolean unused = ImageIO.write(part, "png", output);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }
}
