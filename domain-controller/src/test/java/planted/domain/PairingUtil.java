package planted.domain;

/** Planted: breaks a rule of the house, and must be refused. */
public final class PairingUtil {}
