const servers = [
  { PortGroup: "Bern SIP-1", MediaRemoteServiceEnum: 102, HostOrIPAddress: "10.41.2.11" },
];
module.exports = servers;
