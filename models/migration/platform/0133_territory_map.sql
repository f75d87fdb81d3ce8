-- What is shown of one word on the map of a town.
CREATE INDEX territory_publication_map ON platform.territory_publication (reader_number, lat, lng);
