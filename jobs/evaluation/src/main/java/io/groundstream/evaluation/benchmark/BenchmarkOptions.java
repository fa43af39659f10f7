package io.groundstream.evaluation.benchmark;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the authors leave open, and what only some benchmarks need.
 *
 * @param grounded whether {@code <grounding>} stands before the prompt of referring generation
 * @param scoresPrompt whether "An image of" belongs to a scored caption
 * @param meteorJar the user's meteor-1.5.jar; null to leave METEOR out
 */
public record BenchmarkOptions(boolean grounded, boolean scoresPrompt, @Nullable Path meteorJar) {}
