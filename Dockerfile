# Node 20 has had its end of life; 22 and 24 run this as well: --build-arg NODE=24
ARG NODE=20

FROM node:${NODE}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Compiles what has no binary for this platform; the final image has neither compiler nor npm cache.
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:${NODE}-bookworm-slim
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
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8000/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/server.js"]
