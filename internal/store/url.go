package store

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gomodule/redigo/redis"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const wantScheme = "it must begin with rediss:// (TLS), redis:// or unix://"

// defaultPort is the port of Valkey and Redis.
const defaultPort = "6379"

// address is what the URL of a server says.
type address struct {
	network string   // tcp or unix
	nodes   []string // HOST:PORT of each node, or the path of a socket
	options []redis.DialOption
	tls     *tls.Config // nil: without TLS
}

// CheckURL reports why a text is not the URL of a server, as an *Error, or nil.
func CheckURL(text said.Secret) error {
	_, err := parseURL(text, nil)
	return err
}

// parseURL reads the URL of a server: redis://, rediss:// (IANA provisional registry), the same
// with valkey, or unix://. roots are the authorities whose certificates the server may
// have; nil: those of the system.
func parseURL(text said.Secret, roots *x509.CertPool) (address, error) {
	u, err := url.Parse(text.Reveal())
	switch {
	case !strings.Contains(text.Reveal(), "://"): // such as HOST:PORT,password=… of .NET
		return address{}, badURL(wantScheme)
	case err != nil || u.Fragment != "":
		return address{}, badURL("it is not a URL; percent-encode the password: replace(urlencode(…), \"+\", \"%20\")")
	case strings.Contains(u.Scheme, "sentinel"):
		return address{}, badURL("Sentinel is not asked. Give the address of the primary, or of a proxy that follows it: rediss://HOST:PORT")
	}
	query := u.Query()
	isUnknown := func(name string) bool { return name != "addr" && name != "db" }
	if slices.ContainsFunc(slices.Collect(maps.Keys(query)), isUnknown) {
		return address{}, badURL("it may have the parameters addr (another node of a cluster) and db (the number of a database), and no others")
	}
	if u.Scheme == "unix" {
		return socket(u, query)
	}
	return remote(u, query, roots)
}

// remote returns the address of a server on the network.
func remote(u *url.URL, query url.Values, roots *x509.CertPool) (address, error) {
	a := address{network: "tcp", nodes: nodes(append([]string{u.Host}, query["addr"]...)), options: login(u.User)}
	database, err := strconv.Atoi(cmp.Or(query.Get("db"), strings.Trim(u.Path, "/"), "0"))
	a.options = append(a.options, redis.DialDatabase(database))
	switch u.Scheme {
	case "redis", "valkey":
	case "rediss", "valkeys":
		a.tls = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	default:
		return address{}, badURL(wantScheme)
	}
	switch {
	case a.nodes == nil:
		return address{}, badURL("it must have the host of the server, as in rediss://localhost:6379")
	case err != nil || database < 0:
		return address{}, badURL("the path must be the number of a database, as in redis://localhost/0")
	}
	return a, nil
}

// socket returns the address of a Unix socket.
func socket(u *url.URL, query url.Values) (address, error) {
	database, err := strconv.Atoi(cmp.Or(query.Get("db"), "0"))
	switch {
	case query.Has("addr"):
		return address{}, badURL("a socket has no addr: the nodes of a cluster are on a network")
	case u.Path == "" || u.Host != "":
		return address{}, badURL("it must have the path of the socket: unix:///run/redis.sock, or unix://:PASSWORD@/run/redis.sock")
	case err != nil || database < 0:
		return address{}, badURL("db must be the number of a database")
	}
	return address{network: "unix", nodes: []string{u.Path}, options: append(login(u.User), redis.DialDatabase(database))}, nil
}

func badURL(reason string) error { return &Error{Problem: ProblemURL, Reason: reason} }

// nodes returns each host with its port; nil if one is not a host.
func nodes(hosts []string) []string {
	var found []string
	for _, host := range hosts {
		u, err := url.Parse("//" + host)
		if err != nil || u.Hostname() == "" || u.Host != host {
			return nil
		}
		port := u.Port()
		if port == "" {
			port = defaultPort
		}
		found = append(found, net.JoinHostPort(u.Hostname(), port))
	}
	return slices.Compact(found)
}

// login returns the options for the user of a URL. One without a colon is a password, as it
// is for redis-cli.
func login(user *url.Userinfo) []redis.DialOption {
	password, hasPassword := user.Password()
	if !hasPassword {
		return []redis.DialOption{redis.DialPassword(user.Username())}
	}
	return []redis.DialOption{redis.DialUsername(user.Username()), redis.DialPassword(password)}
}
