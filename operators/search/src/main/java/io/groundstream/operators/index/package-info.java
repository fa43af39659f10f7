/**
 * The way into a search index: joins images with their phrases, makes one document for each image
 * with the relations between its boxes, and writes documents in bulk. Depends on OpenSearch's HTTP
 * API, and not on where records come from.
 */
@NullMarked
package io.groundstream.operators.index;

import org.jspecify.annotations.NullMarked;
