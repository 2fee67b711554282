/**
 * Wanted realms against running realm controllers: the domain says which realms it wants, and this package sees to it that
 * each has one running process and no realm has two. All of it runs on the one thread of the executor that is given to
 * {@link io.bailiwick.domain.supervision.RealmControllers}. Depends on {@code router.child} and the JDK.
 */
@NullMarked
package io.bailiwick.domain.supervision;

import org.jspecify.annotations.NullMarked;
