package planted.domain;

/** Planted: breaks a rule of the house, and must be refused. */
public final class ReachesForTheNode {
    /** Another module. */
    public planted.node.Agent agent = new planted.node.Agent();
}
