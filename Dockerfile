# Node 20 has had its end of life; 22 and 24 run this as well: --build-arg NODE=24. For builds that can be repeated
# name the images by their digests: --build-arg BUILD_IMAGE=node@sha256:… --build-arg RUN_IMAGE=node@sha256:…
ARG NODE=20
ARG BUILD_IMAGE=node:${NODE}-bookworm
ARG RUN_IMAGE=node:${NODE}-bookworm-slim

FROM ${BUILD_IMAGE} AS deps
WORKDIR /app
COPY package.json package-lock.json ./
# Compiles what has no binary for this platform; the final image has neither compiler nor npm cache.
RUN npm ci

FROM deps AS build
COPY . .
RUN npm run build && npm prune --omit=dev

FROM ${RUN_IMAGE} AS runtime
ARG REVISION=
LABEL org.opencontainers.image.title="Kaname" \
  org.opencontainers.image.description="Accounts, submissions, regional statistics, a service desk, projects, analysis and driver trees" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/server.js"]
