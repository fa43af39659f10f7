package io.groundstream.console.render;

/**
 * The head of the page, of bounded size.
 *
 * @param model the model's name
 * @param revision which weights, for example a hash
 * @param dtype the number format that it computed in, such as {@code float32}
 * @param device where it ran, such as {@code cpu}
 */
public record PageInfo(String model, String revision, String dtype, String device) {
  public PageInfo {
    model = CardParts.name(model);
    revision = CardParts.name(revision);
    dtype = CardParts.name(dtype);
    device = CardParts.name(device);
  }
}
