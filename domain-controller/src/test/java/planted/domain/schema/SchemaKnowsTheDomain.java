package planted.domain.schema;

/** Planted: breaks a rule of the house, and must be refused. */
public final class SchemaKnowsTheDomain {
    /** More than the store. */
    public planted.domain.PairingUtil util = new planted.domain.PairingUtil();
}
