package provider_test

import (
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"net/http"
	"testing"
	"time"
)

func TestFaults(t *testing.T) {
	noEnvironment(t)
	for range 10 {
		forEach(t, func(t *testing.T, s service.Service, k kind) {
			f := fault{"503", func(l *lab, name string) { l.OrderAlways(name, sandbox.Status(http.StatusServiceUnavailable)) }, outcome{5, 7500 * time.Millisecond, 15 * time.Second, "Token request refused", []string{"HTTP 503"}}}
			inLab(t, func(l *lab) { f.run(l, s, k) })
			f = fault{"503", func(l *lab, name string) {
				l.transport["ca_certificates_pem"] = l.secure("auth.example.com", -time.Hour, time.Hour)
			}, outcome{requests: 1}}
			inLab(t, func(l *lab) { f.run(l, s, k) })
		})
	}
}
