package io.groundstream.operators.grounding;

import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.fetch.ImageFetcher;
import io.groundstream.operators.tracing.Tracing;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * All that the events of a subtask need on their way.
 *
 * @param deviceClock tells for how long the model's device was busy
 * @param tracing makes a trace of each event
 * @param pictures the pictures that were prepared lately
 * @param decoding bounds what decoding takes
 * @param preparation runs what goes on when a picture has been fetched
 * @param completion runs what turns finished answers into records
 * @param clock tells deadlines and processing times
 */
record Grounder(
    EventDecoder decoder,
    ImageFetcher fetcher,
    GroundingModel model,
    DeviceClock deviceClock,
    ResultAssembler results,
    DeadLetters deadLetters,
    GroundingSettings settings,
    EventMetrics metrics,
    Tracing tracing,
    PictureCache pictures,
    DecodingRoom decoding,
    Executor preparation,
    Executor completion,
    Clock clock) {}
