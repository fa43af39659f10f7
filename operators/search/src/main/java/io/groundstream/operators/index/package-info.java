/**
 * The way into a search index: joins images with their phrases, makes one document for each image
 * with the relations between its boxes, and writes documents in bulk. Knows OpenSearch's HTTP API;
 * where records come from is not decided here.
 */
@NullMarked
package io.groundstream.operators.index;

import org.jspecify.annotations.NullMarked;
