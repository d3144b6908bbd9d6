// Package proxy is a reverse proxy on loopback, which puts a fresh token on each request to an
// API. Whoever sends the requests knows a key of the proxy, and no token.
package proxy
