"""Pure H3: cells, covers, privacy and distances; knows neither the database nor the network."""
