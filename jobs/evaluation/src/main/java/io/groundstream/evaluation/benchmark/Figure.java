package io.groundstream.evaluation.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * One figure of a report.
 *
 * @param name such as "R@1, any box, people"
 * @param value ours; accuracies and recalls in percent, CIDEr and METEOR times 100
 * @param count the number of phrases, expressions, images or questions behind it
 * @param published the authors' figure for the same, or null
 */
public record Figure(String name, double value, long count, @Nullable Double published) {}
