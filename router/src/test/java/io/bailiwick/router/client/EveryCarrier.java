package io.bailiwick.router.client;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that are run for each of the carriers, as these keep to one contract. */
@ParameterizedClass
@EnumSource(Client.Carrier.class)
abstract class EveryCarrier extends Scene {}
