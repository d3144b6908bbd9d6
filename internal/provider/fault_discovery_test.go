package provider_test

import (
	"slices"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

// latecomer is how long the first place may take when the second has metadata.
const latecomer = 2 * time.Second

// discoveryFaults are faults of an issuer. Its metadata may be at two places, which are
// requested at the same time, so a fault at one of them does not matter.
func discoveryFaults() []faultAside {
	return slices.Concat(discoveryMended(), discoveryRefused(), discoveryStubborn())
}

func discoveryMended() []faultAside {
	return []faultAside{
		{"cut, once", ordered(sandbox.Cut()), well(2, 0)},
		{"reset in the body, once", ordered(sandbox.CutBody()), well(2, 0)},
		{"404, once", ordered(sandbox.Status(404)), well(2, 0)},
		{"500, once", ordered(sandbox.Status(500)), well(2, 0)},
		{"503 with seconds, once", ordered(sandbox.RetryAfterSeconds(503, 5)), well(2, 0)},
		{"429 with an hour, once", ordered(sandbox.RetryAfterSeconds(429, 3600)), well(2, 0)},
		{"HTML, once", ordered(sandbox.HTML(200)), well(2, 0)},
		{"oversized, once", ordered(sandbox.Announced(1 << 21)), well(2, 0)},
		{"redirect to another host, once", ordered(sandbox.Redirect(302, elsewhere)), well(2, 0)},
		{"hang, once", ordered(sandbox.Hang()), better(2, 0, latecomer)},
		{"500 and 429, and then well", ordered(sandbox.Status(500), sandbox.RetryAfterSeconds(429, 2)), well(4, 2*time.Second)},
		{"404 and 503, and then well", ordered(sandbox.Status(404), sandbox.RetryAfterSeconds(503, 3)), well(3, 3*time.Second)},
		{"slow", ordered(sandbox.Slow(7 * time.Second)), better(2, 0, latecomer)},
		{"a slow body", ordered(sandbox.Trickle(7 * time.Second)), better(2, 0, latecomer)},
		{"gzip", ordered(sandbox.Gzip()), well(2, 0)},
		{"a byte order mark", ordered(jsonAs("utf-8", marked)), well(2, 0)},
		{"interim responses", ordered(sandbox.Interim(100, 103, 103)), well(2, 0)},
		{"302 within the host, once", ordered(sandbox.Redirect(302, "/elsewhere")), well(3, 0)},
	}
}

// twice is the outcome of a fault at both places.
func twice(o outcome) outcome {
	o.requests *= 2
	return o
}

const unusable = "Issuer metadata cannot be used"

func discoveryRefused() []faultAside {
	places := []string{asideURL + "/.well-known/oauth-authorization-server: it", asideURL + "/.well-known/openid-configuration: it"}
	refused := func(summary string, says ...string) outcome {
		return twice(atOnce(summary, append(places, says...)...))
	}
	return []faultAside{
		{"404", alwaysAside(sandbox.Status(404)), refused(unusable, "HTTP 404", "it has no metadata")},
		{"404 and HTML", ordered(sandbox.Status(404), sandbox.HTML(200)), refused(unusable, "HTTP 404", "not a JSON object")},
		{"HTML", alwaysAside(sandbox.HTML(200)), refused(unusable, "not a JSON object")},
		{"UTF-16", alwaysAside(jsonAs("utf-8", wide)), refused(unusable, "not a JSON object")},
		{"too long a wait", alwaysAside(sandbox.RetryAfterSeconds(429, 3600)), refused(toldToWait, "HTTP 429", "2000-01-01T01:00:00Z")},
		{"oversized", alwaysAside(sandbox.Announced(1 << 21)), refused(unusable, "larger than 1 MiB")},
		{"redirect to another host", alwaysAside(sandbox.Redirect(307, elsewhere)), refused(redirected, "HTTP 307", elsewhere)},
		{
			"unknown authority", func(s *aside) { s.certify(-time.Hour, false) },
			refused(unreachable, "transport.ca_certificates_pem").notAsked(),
		},
		{
			"expired certificate", func(s *aside) { s.certify(-3*time.Hour, true) },
			refused(unreachable, "has expired", "clock of this machine").notAsked(),
		},
	}
}

func discoveryStubborn() []faultAside {
	faults := []faultAside{
		{"500", alwaysAside(sandbox.Status(500)), twice(inTheEnd(unusable, "HTTP 500"))},
		{"no such host, both", brokenAside(memnet.Unknown(asideAddress)), inTheEnd(unreachable, "cannot be looked up", "Check {url}").notAsked()},
	}
	for _, f := range stubborn() {
		f.outcome = twice(f.outcome)
		faults = append(faults, f)
	}
	return faults
}
