package io.groundstream.operators.search;

/**
 * A text that the model wrote for a request.
 *
 * @param requestId the request
 * @param task its task
 * @param caption the caption; empty where there is none
 * @param answer the answer; empty where there is none
 */
public record FoundText(String requestId, String task, String caption, String answer) {}
