INSERT INTO servers (PortGroup, MediaRemoteServiceEnum, HostOrIPAddress, Port) VALUES
  ('Bern SIP-1', 102, '10.41.2.11', 5060),
  ('Bern SIP-1', 102, '10.41.2.12', 5060);
