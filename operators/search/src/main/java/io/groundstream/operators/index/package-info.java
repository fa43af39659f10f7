/**
 * Fills a search index: joins images with their phrases, builds a document for each image with the
 * relations between its boxes, and writes documents in bulk. Depends on OpenSearch's HTTP API, and
 * not on the source of the records.
 */
@NullMarked
package io.groundstream.operators.index;

import org.jspecify.annotations.NullMarked;
