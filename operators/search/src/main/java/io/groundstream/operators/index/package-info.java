/**
 * Fills a search index: joins images with their phrases, builds a document for each image with the
 * relations between its boxes, and writes documents in bulk. Depends on OpenSearch's HTTP API, and
 * not on the source of the records.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.index;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
