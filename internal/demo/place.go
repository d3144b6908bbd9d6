package main

import (
	"context"
	"net"
	"net/http"
	"time"

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
func (d *demo) serve(ctx context.Context) error {
	d.places = map[string]place{}
	for _, names := range [][]string{sandbox.Services(), {custom}} {
		server := sandbox.New()
		d.sandboxes = append(d.sandboxes, server)
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
		d.servers = append(d.servers, web)
		go web.Serve(listener) //nolint:errcheck // it ends with ErrServerClosed when close has its way
		for _, name := range names {
			vendor := name
			if name == custom {
				vendor = described
			}
			d.places[name] = place{server, vendor, "http://" + listener.Addr().String()}
		}
	}
	return nil
}
