package io.groundstream.schemas;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * What all generated records extend. Avro makes no objects of classes that nobody vouched for, lest
 * a schema from elsewhere names a dangerous one; whoever uses a generated record thereby vouches
 * for all of them, without a JVM option.
 */
public abstract class ContractRecord extends SpecificRecordBase {
  private static final long serialVersionUID = 1L;

  static {
    String contracts = "io.groundstream.avro";
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(contracts)));
  }
}
