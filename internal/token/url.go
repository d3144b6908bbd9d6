package token

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// CheckURL reports what is wrong with the URL of an endpoint, or nil. It must
// be absolute, and https unless it points to this machine or allowHTTP is set:
// credentials must not cross a network in the clear (RFC 6749, section 3.2).
// The error never repeats the URL, which may hold a secret.
func CheckURL(raw string, allowHTTP bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("it is not a URL; write it in full, such as https://auth.example.com/oauth/token")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return errors.New("it is not a full https:// URL; write it like https://auth.example.com/oauth/token")
	case u.User != nil:
		return errors.New("it holds a user name or password; give credentials in their own attributes")
	case strings.Contains(raw, "#"): // even an empty one: a path appended to it would be lost
		return errors.New("it has a fragment (#…), which a token endpoint must not have (RFC 6749, section 3.2)")
	case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()):
		return fmt.Errorf("plain http:// would send the credentials to %s unencrypted; "+
			"use https://, or set allow_http = true where the network itself is trusted; localhost and 127.0.0.1 need neither", u.Hostname())
	}
	return nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
