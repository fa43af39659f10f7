package io.groundstream.console.render;

/** Why a picture or a request has no answer: the stage and the stable code of a dead letter. */
public record PageFailure(String stage, String code, String message) {}
