package provider_test

import (
	"io"
	"net"
	"net/http"
	"strings"
)

// byVariable puts the endpoint behind a proxy that an environment variable names.
func byVariable(variable, value string) func(l *bubble, name string) {
	return func(l *bubble, name string) {
		tunnels(l, name)
		delete(l.transport, "proxy_url")
		l.environment[variable] = value
	}
}

// andVariable sets one more variable.
func andVariable(bring func(l *bubble, name string), variable, value string) func(l *bubble, name string) {
	return func(l *bubble, name string) {
		bring(l, name)
		l.environment[variable] = value
	}
}

// variableFaults are proxies of the environment whose URL cannot be used. The request
// must not bypass them, and the error has no secret.
func variableFaults() []fault {
	const https = "HTTPS_PROXY"
	unusable := func(says ...string) outcome {
		return atOnce(unreachable, append(says, "the proxy in the environment cannot be used", "not sent past the proxy")...).notAsked()
	}
	plain := func(bring func(l *bubble, name string)) func(l *bubble, name string) {
		return func(l *bubble, name string) {
			bring(l, name)
			l.web.URL = plainElsewhere
		}
	}
	good := func(bring func(l *bubble, name string)) fault { return fault{"", bring, well(1, 0)} }
	all := map[string]fault{
		"an invalid escape":           {"", byVariable(https, "http://fake-user:fake-proxy%ss@"+proxyAddress), unusable("HTTPS_PROXY: ", "percent-encode")},
		"a space before it":           {"", byVariable(https, " "+proxyURL), unusable("HTTPS_PROXY: it has a space")},
		"a space behind it":           {"", byVariable(https, proxyURL+" "), unusable("HTTPS_PROXY: it has a space")},
		"a line break behind it":      {"", byVariable(https, proxyURL+"\r\n"), unusable("HTTPS_PROXY: it has a line break")},
		"a space alone":               {"", byVariable(https, " "), unusable("HTTPS_PROXY: it has a space")},
		"a byte order mark":           {"", byVariable(https, "\ufeff"+proxyURL), unusable("HTTPS_PROXY: ", "U+FEFF")},
		"a control character":         {"", byVariable(https, proxyURL+"\x07"), unusable("HTTPS_PROXY: ", "U+0007")},
		"a # in the password":         {"", byVariable(https, "http://fake-user:fake-proxy-secret#x@"+proxyAddress), unusable("HTTPS_PROXY: ", "percent-encode")},
		"a # that hides the proxy":    {"", byVariable(https, "http://fake-user:fake@elsewhere.example.com#x@"+proxyAddress), unusable("HTTPS_PROXY: ", "percent-encode")},
		"a slash in the password":     {"", byVariable(https, "http://fake-user:80/fake@"+proxyAddress), unusable("HTTPS_PROXY: ", "percent-encode")},
		"a query":                     {"", byVariable(https, "http://elsewhere.example.com?@"+proxyAddress), unusable("HTTPS_PROXY: ", "percent-encode")},
		"no scheme, and a # there":    {"", byVariable(https, "fake-user:80#fake@"+proxyAddress), unusable("HTTPS_PROXY: ", "percent-encode")},
		"another kind":                {"", byVariable(https, "socks4://"+proxyAddress), unusable("HTTPS_PROXY: ", "begins with http://")},
		"FTP":                         {"", byVariable(https, "ftp://"+proxyAddress), unusable("HTTPS_PROXY: ", "begins with http://")},
		"a port alone":                {"", byVariable(https, ":3128"), unusable("HTTPS_PROXY: ", "not a URL")},
		"an invalid port":             {"", byVariable(https, "http://proxy.example.com:99999"), unusable("HTTPS_PROXY: ", "between 1 and 65535")},
		"a word for a port":           {"", byVariable(https, "http://proxy.example.com:fake"), unusable("HTTPS_PROXY: ", "not a URL")},
		"small letters":               {"", byVariable("https_proxy", "http://%zz"), unusable("https_proxy: ")},
		"capitals before small ones":  {"", andVariable(byVariable(https, "http://%zz"), "https_proxy", proxyURL), unusable("HTTPS_PROXY: ")},
		"for plain requests":          {"", plain(byVariable("HTTP_PROXY", "http://%zz")), unusable("HTTP_PROXY: ")},
		"in a CGI script":             {"", plain(andVariable(byVariable("HTTP_PROXY", proxyURL), "REQUEST_METHOD", "GET")), unusable("HTTP_PROXY: ", "lower-case name")},
		"good, in small letters":      good(byVariable("https_proxy", proxyURL)),
		"good, and small ones bad":    good(andVariable(byVariable(https, proxyURL), "https_proxy", "http://%zz")),
		"good, without a scheme":      good(byVariable(https, strings.TrimPrefix(proxyURL, "http://"))),
		"good, with a slash":          good(byVariable(https, proxyURL+"/")),
		"good, in a CGI script":       good(andVariable(byVariable(https, proxyURL), "REQUEST_METHOD", "GET")),
		"good, and that of plain bad": good(andVariable(byVariable(https, proxyURL), "HTTP_PROXY", "http://%zz")),
		"bad, and not for this host":  good(andVariable(byVariable(https, "http://%zz"), "NO_PROXY", "auth.example.com")),
		"bad, and for no host":        good(andVariable(byVariable(https, "http://%zz"), "no_proxy", "*")),
	}
	found := make([]fault, 0, len(all))
	for name, f := range all {
		f.name = "a proxy variable: " + name
		found = append(found, f)
	}
	return found
}

// talkingProxy puts the endpoint behind a proxy that responds to every CONNECT with a
// text, and then tunnels or stays silent.
func talkingProxy(say string) func(l *bubble, name string) {
	return func(l *bubble, name string) {
		proxied(nil)(l, name)
		listener := l.network.Listen(proxyAddress)
		l.t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
				go sayToConnect(conn, say)
			}
		}()
	}
}

func sayToConnect(conn net.Conn, say string) {
	defer func() { _ = conn.Close() }()
	_, _ = conn.Read(make([]byte, 4096))
	_, _ = io.WriteString(conn, say) // who has gone hears nothing
	if !strings.HasSuffix(say, "\x00") {
		_, _ = io.Copy(io.Discard, conn)
	}
}

func tunnelFaults() []fault {
	const (
		proxy   = "the proxy " + proxyAddress
		refuses = proxy + " does not connect to it: "
	)
	answering := func(line, header string) func(l *bubble, name string) {
		return talkingProxy("HTTP/1.1 " + line + "\r\n" + header + "Content-Length: 0\r\n\r\n")
	}
	final := func(line, says string) fault {
		return fault{"a proxy answers " + line, answering(line, ""), atOnce(unreachable, refuses+says).notAsked()}
	}
	temporary := func(line string) fault {
		return fault{"a proxy answers " + line, answering(line, ""), inTheEnd(unreachable, refuses+"HTTP "+line).notAsked()}
	}
	ntlm := "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate, Digest realm=\"fake\"\r\n"
	return []fault{
		final("100 Continue", "HTTP 100 Continue"), final("204 No Content", "HTTP 204"), final("302 Found", "HTTP 302 Found"),
		final("400 Bad Request", "HTTP 400"), final("404 Not Found", "HTTP 404"), final("600 Fake", "HTTP 600"),
		temporary("429 Too Many Requests"), temporary("500 Internal Server Error"), temporary("504 Gateway Timeout"),
		{
			"a proxy asks for a long wait", answering("503 Service Unavailable", "Retry-After: 3600\r\n"),
			atOnce(unreachable, refuses+"HTTP 503", "until 2000-01-01T01:00:00Z", "Run again after that time").notAsked(),
		},
		{
			"a proxy asks for a wait of years", answering("429 Too Many Requests", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
			atOnce(unreachable, refuses+"HTTP 429", "for longer than a year").notAsked(),
		},
		{"a proxy wants NTLM", answering("407 Fake", ntlm), atOnce(unreachable, refuses+"HTTP 407", "The proxy does not offer Basic").notAsked()},
		{
			"a proxy wants NTLM or a password", answering("407 Fake", ntlm+"Proxy-Authenticate: basic realm=\"fake\"\r\n"),
			atOnce(unreachable, refuses+"HTTP 407", "NAME:PASSWORD@").notAsked(),
		},
		{"a proxy that does not speak HTTP", talkingProxy("fake-banner\r\n\r\n"), inTheEnd(unreachable, "may not be HTTP", proxy+" cannot be used").notAsked()},
		{"a proxy that hangs up", talkingProxy("\x00"), inTheEnd(unreachable, proxy+" cannot be used").notAsked()},
		{"a proxy that hangs in its response", talkingProxy("HTTP/1.1 200 OK\r\n"), inTheEnd(unreachable, "did not answer in time", "through "+proxy).notAsked().afterTimeouts()},
		{
			"a proxy answers 200 with a page", talkingProxy("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfake page"),
			inTheEnd(unreachable, "did not answer in time", "through "+proxy).notAsked().afterTimeouts(),
		},
		{"a proxy for plain requests answers 302", func(l *bubble, name string) {
			proxied(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", elsewhere+"/login")
				w.WriteHeader(http.StatusFound)
			})(l, name)
			l.web.URL = plainElsewhere
		}, atOnce(redirected, "HTTP 302", elsewhere).notAsked()},
	}
}
