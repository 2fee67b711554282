/**
 * By what a network speaks with the kernel: Java's own sockets, or Linux' epoll by way of a native library. What is different
 * between the two is here, and nowhere else. Depends on Netty.
 */
@NullMarked
package io.bailiwick.router.transport.socket;

import org.jspecify.annotations.NullMarked;
