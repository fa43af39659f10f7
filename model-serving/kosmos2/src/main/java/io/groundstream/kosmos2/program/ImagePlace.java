package io.groundstream.kosmos2.program;

import org.apiguardian.api.API;

/**
 * The places of an image in a prompt, which receive the image's features.
 *
 * @param row the index of the prompt in its call
 * @param at the index of the image's first place in the prompt
 * @param feature the index of the image in the call's features
 */
@API(status = API.Status.INTERNAL)
public record ImagePlace(int row, int at, int feature) {}
