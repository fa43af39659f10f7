package io.groundstream.evaluation.dataset;

import io.groundstream.evaluation.metric.PixelBox;

/**
 * An expression that refers to one object of an image.
 *
 * @param id a name that is unique in the file
 * @param image the file's name, relative to the folder of images
 * @param width the annotation's width of the image, in pixels
 * @param height the annotation's height of the image, in pixels
 * @param expression as written by a person
 * @param box the object's box
 * @param dataset refcoco, refcoco+ or refcocog
 * @param object a name that all expressions of the same object share
 */
public record ReferringExpression(
    String id,
    String image,
    double width,
    double height,
    String expression,
    PixelBox box,
    String dataset,
    String object) {}
