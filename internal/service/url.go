package service

import (
	"errors"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// URLProblem says what is wrong with the URL of an endpoint, as "it", and what to do.
// The error is a *transport.URLError.
func URLProblem(err error) string {
	bad, ok := errors.AsType[*transport.URLError](err)
	if !ok {
		return "it is not a URL"
	}
	if bad.Problem == transport.URLUser {
		return "it holds a user name or password; give credentials in their own attributes"
	}
	advice := map[transport.URLProblem]string{
		transport.URLCharacter: "; remove it: trimspace(…) removes spaces and line breaks at both ends",
		transport.URLSyntax:    "; write it in full, such as https://auth.example.com/oauth/token",
		transport.URLNotFull:   "; write it like https://auth.example.com/oauth/token",
		transport.URLPlain:     "; use https://, or set allow_http = true where the network itself is trusted; localhost and 127.0.0.1 need neither",
	}
	return bad.Error() + advice[bad.Problem]
}

// UpstreamProblem is URLProblem for the URL of an API.
func UpstreamProblem(err error) string {
	bad, ok := errors.AsType[*transport.URLError](err)
	switch {
	case ok && bad.Problem == transport.URLFragment:
		return "it has a fragment (#…)"
	case ok && bad.Problem == transport.URLPlain:
		return "plain http:// would send the tokens to " + bad.Detail + " unencrypted. Use https://, or set allow_http = true in the credential set, where the network itself is trusted"
	}
	return strings.ReplaceAll(URLProblem(err), "https://auth.example.com/oauth/token", "https://api.example.com/v2")
}

// ProxyURLProblem is URLProblem for the URL of a proxy, in HCL or in an environment
// variable.
func ProxyURLProblem(err error, inHCL bool) string {
	bad, ok := errors.AsType[*transport.URLError](err)
	if !ok {
		return "it is not a URL"
	}
	encode := "percent-encode characters such as \\, #, /, ?, @ and % in a user name or password (%5C, %23, %2F, %3F, %40, %25)"
	if inHCL {
		encode += ". Write each with replace(urlencode(…), \"+\", \"%20\") in the URL, such as http://NAME:PASSWORD@proxy.example.com:3128" //nolint:gosec // a form to fill in
	}
	switch bad.Problem {
	case transport.URLCharacter:
		return bad.Error() + "; remove it or, in a user name or password, percent-encode it (a space is %20)"
	case transport.ProxyUser:
		return bad.Error() + "; " + encode
	case transport.URLSyntax:
		return bad.Error() + "; write it like http://proxy.example.com:3128, and " + encode
	case transport.ProxyRest:
		return bad.Error() + ". Take it out or, if it is a part of the password, " + encode
	default:
		return bad.Error()
	}
}

// VariableURLProblem is URLProblem for a URL in an environment variable, where nobody
// writes HCL.
func VariableURLProblem(err error) string {
	what, _, _ := strings.Cut(URLProblem(err), "; remove it")
	return what
}
