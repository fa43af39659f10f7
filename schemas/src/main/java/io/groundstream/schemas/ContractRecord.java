package io.groundstream.schemas;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * The superclass of all generated records, which adds their package to the classes that Avro
 * trusts.
 *
 * <p>Avro instantiates trusted classes only, so that a foreign schema cannot name a dangerous one.
 * Loading any generated record makes all of them trusted, without a JVM option.
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
