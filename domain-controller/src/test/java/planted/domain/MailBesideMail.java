package planted.domain;

/** Planted: breaks a rule of the house, and must be refused. */
public final class MailBesideMail {
    /** Jakarta Mail outside its package. */
    public jakarta.mail.Session session = jakarta.mail.Session.getInstance(new java.util.Properties());
}
