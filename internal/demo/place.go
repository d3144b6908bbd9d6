package main

import (
	"net/http/httptest"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// described is the vendor whose endpoint the service custom describes in HCL.
const described = "emtech"

// place is where a service's endpoints are: a vendor of a sandbox.
type place struct {
	sandbox *sandbox.Server
	vendor  string
	url     string
}

func (p place) client() sandbox.Client { return p.sandbox.Client(p.vendor) }
func (p place) requests() int          { return p.sandbox.Requests(p.vendor) }
func (p place) opened() int            { return p.sandbox.Opened(p.vendor) }
func (p place) tokenURL() string       { return p.url + sandbox.TokenPath(p.vendor) }
func (p place) resourceURL() string    { return p.url + sandbox.ResourcePath(p.vendor) }

// serve starts two sandboxes: one acts as every vendor, the other is what custom
// describes, so that their requests are counted separately.
func (d *demo) serve() {
	d.places = map[string]place{}
	for _, names := range [][]string{sandbox.Services(), {custom}} {
		box := sandbox.New()
		web := httptest.NewServer(box)
		d.sandboxes, d.servers = append(d.sandboxes, box), append(d.servers, web)
		for _, name := range names {
			vendor := name
			if name == custom {
				vendor = described
			}
			d.places[name] = place{box, vendor, web.URL}
		}
	}
}
