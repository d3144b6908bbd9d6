package provider_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

const socksURL = "socks5://fake-user:fake-proxy-secret@" + proxyAddress

// errSOCKS says that a client breaks the SOCKS protocol.
var errSOCKS = errors.New("this is not SOCKS, or without the password")

// socks puts the endpoint, which speaks TLS, behind a SOCKS proxy that requires a
// password (RFC 1928, RFC 1929) and sends this reply to a CONNECT.
func socks(proxy string, reply byte) func(l *bubble, name string) {
	return func(l *bubble, name string) {
		proxied(nil)(l, name)
		l.transport["proxy_url"] = proxy
		listener := l.network.Listen(proxyAddress)
		l.t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
				go l.socks(conn, reply)
			}
		}()
	}
}

func (l *bubble) socks(near net.Conn, reply byte) {
	defer func() { _ = near.Close() }()
	target, err := askedOfSOCKS(near)
	if err != nil {
		return
	}
	_, _ = near.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0}) // who has gone hears nothing
	if reply != 0 {
		return
	}
	if far, err := l.network.Dial(context.Background(), "tcp", target); err == nil {
		join(near, far)
	}
}

// askedOfSOCKS returns the address that a client with the password requests.
func askedOfSOCKS(conn net.Conn) (string, error) {
	methods, err := said(conn, 1)
	if err != nil || !strings.Contains(methods, "\x02") {
		_, _ = conn.Write([]byte{5, 0xff})
		return "", errors.Join(errSOCKS, err)
	}
	_, _ = conn.Write([]byte{5, 2})
	user, err := said(conn, 1)
	if err != nil {
		return "", err
	}
	password, err := said(conn, 0)
	if err != nil || "socks5://"+user+":"+password+"@"+proxyAddress != socksURL {
		_, _ = conn.Write([]byte{1, 1})
		return "", errors.Join(errSOCKS, err)
	}
	_, _ = conn.Write([]byte{1, 0})
	host, err := said(conn, 4)
	if err != nil {
		return "", err
	}
	port, err := exactly(conn, 2)
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port[0])<<8|int(port[1]))), nil
}

// said skips bytes, and returns the text whose length comes next.
func said(conn net.Conn, before int) (string, error) {
	head, err := exactly(conn, before+1)
	if err != nil {
		return "", err
	}
	text, err := exactly(conn, int(head[before]))
	return string(text), err
}

func exactly(conn net.Conn, length int) ([]byte, error) {
	bytes := make([]byte, length)
	_, err := io.ReadFull(conn, bytes)
	return bytes, err
}

func socksFaults() []fault {
	const named = "the proxy " + proxyAddress
	const check, unreached = "Check transport.proxy_url.", "does not reach the endpoint"
	return []fault{
		{"a SOCKS proxy", socks(socksURL, 0), well(1, 0)},
		{"a SOCKS proxy of the environment", func(l *bubble, name string) {
			socks(socksURL, 0)(l, name)
			delete(l.transport, "proxy_url")
			l.environment["HTTPS_PROXY"] = socksURL
		}, well(1, 0)},
		{
			"a SOCKS proxy knows another password", socks(strings.Replace(socksURL, "fake-proxy-secret", "fake-proxy-secret-too", 1), 0),
			atOnce(unreachable, named+" does not connect to it: ", "authentication failed", "NAME:PASSWORD@").notAsked(),
		},
		{
			"a SOCKS proxy wants a password", socks("socks5://"+proxyAddress, 0),
			atOnce(unreachable, named+" does not connect to it: ", "no acceptable authentication", "NAME:PASSWORD@").notAsked(),
		},
		{
			"a SOCKS proxy refuses", socks(socksURL, 2),
			atOnce(unreachable, named+" does not connect to it: ", "not allowed", "Allow the endpoint's host").notAsked(),
		},
		{"a SOCKS proxy cannot connect", socks(socksURL, 5), inTheEnd(unreachable, named+" does not connect to it: ", "refused", unreached).notAsked()},
		{"a SOCKS proxy is down", func(l *bubble, name string) {
			socks(socksURL, 0)(l, name)
			l.network.Break(proxyAddress, memnet.Refused)
		}, inTheEnd(unreachable, named+" cannot be used: ", "refused", check).notAsked()},
	}
}
