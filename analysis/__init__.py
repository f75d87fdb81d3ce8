"""Pure analysis of what many people wrote: topics, campaigns, groups of opinion, quotes; knows neither the database nor
the network, reads no clock, and gives the same answer for the same texts."""
