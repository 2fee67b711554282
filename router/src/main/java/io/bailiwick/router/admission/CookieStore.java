package io.bailiwick.router.admission;

import java.util.Map;

/** Keeps a {@link CookieTable} from one start of the router to the next. Methods must return at once. */
public interface CookieStore {
    /** Keeps nothing. */
    CookieStore NONE = new CookieStore() {
        @Override
        public Map<String, CookieTable.Remembered> load() {
            return Map.of();
        }

        @Override
        public void put(String cookieHash, CookieTable.Remembered remembered) {}

        @Override
        public void remove(String cookieHash) {}
    };

    /** All that was put and not removed; read once, at the start. */
    Map<String, CookieTable.Remembered> load();

    /**
     * Keeps an entry, in place of another one of the same hash.
     *
     * @param cookieHash the SHA-256 of the cookie, 64 hexadecimal characters: who reads the store cannot log in with it
     */
    void put(String cookieHash, CookieTable.Remembered remembered);

    /** Forgets an entry. */
    void remove(String cookieHash);
}
