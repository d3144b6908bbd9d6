package main

// chartTemplate is the chart as SVG, for a picture. It paints its own ground, as
// a page in a dark theme may show it to a reader whose system is in a light one.
const chartTemplate = `<svg xmlns="http://www.w3.org/2000/svg" width="740" height="{{.Height}}" viewBox="0 0 740 {{.Height}}" role="img" aria-labelledby="title desc">
<title id="title">Times of terraform-provider-apitoken as ratios to those of other providers</title>
<desc id="desc">{{range .Marks}}{{.Text}}. {{end}}</desc>
<style>
  text { font: 12px sans-serif; fill: #1f2328; }
  .ground { fill: #fff; }
  .head { font-size: 15px; font-weight: bold; }
  .faint { fill: #59636e; }
  .scale { text-anchor: middle; }
  .end { text-anchor: end; }
  .tick { stroke: #d1d9e0; }
  .one { stroke: #59636e; stroke-dasharray: 4 3; }
  .range { stroke: #0969da; stroke-width: 3; stroke-opacity: .45; }
  .median { fill: #0969da; }
  .aim { stroke: #9a6700; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .ground { fill: #0d1117; }
    .faint { fill: #9198a1; }
    .tick { stroke: #3d444d; }
    .one { stroke: #9198a1; }
    .range { stroke: #4493f8; }
    .median { fill: #4493f8; }
    .aim { stroke: #d29922; }
  }
</style>
<rect class="ground" width="740" height="{{.Height}}"/>
<text class="head" x="16" y="26">Time of this provider, as a ratio to that of another</text>
<text class="faint" x="16" y="46">{{.Machine}}</text>
{{range .Ticks -}}
<line class="{{if .One}}one{{else}}tick{{end}}" x1="{{.X}}" x2="{{.X}}" y1="{{$.Top}}" y2="{{$.Bottom}}"/><text class="faint scale" x="{{.X}}" y="70">{{.Text}}</text>
{{end -}}
{{range .Marks -}}
<g transform="translate(0 {{.Y}})"><title>{{.Text}}</title>
<text x="16" y="4">{{.What}}</text><text class="faint" x="270" y="4">{{.Against}}</text><text class="end" x="724" y="4">{{.Ratio}}</text>
{{if .HasRange}}<line class="range" x1="{{.Low}}" x2="{{.High}}" y1="0" y2="0"/>{{end -}}
{{if .HasAim}}<line class="aim" x1="{{.Aim}}" x2="{{.Aim}}" y1="-8" y2="8"/>{{end -}}
<circle class="median" cx="{{.Median}}" r="5"/></g>
{{end -}}
<g transform="translate(16 {{.Bottom}})">
<circle class="median" cx="6" cy="30" r="5"/><text class="faint" x="18" y="34">median of the ratios within a round</text>
<line class="range" x1="236" x2="264" y1="30" y2="30"/><text class="faint" x="272" y="34">the middle half of them</text>
<line class="aim" x1="428" x2="428" y1="22" y2="38"/><text class="faint" x="438" y="34">aim, not to be exceeded</text>
</g>
</svg>
`
